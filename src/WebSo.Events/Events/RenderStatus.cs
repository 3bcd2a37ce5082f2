using System.Text.Json.Serialization;

namespace WebSo.Events;

/// <summary>How a rendering ended.</summary>
/// <remarks>An open set: a value of a future server is kept as it came, never an exception.</remarks>
[JsonConverter(typeof(WebSoValueJsonConverter))]
public readonly record struct RenderStatus
{
    private readonly string? _value;

    /// <summary>Creates a value from its text on the wire. Null counts as empty.</summary>
    public RenderStatus(string? value) => _value = string.IsNullOrEmpty(value) ? null : value;

    /// <summary>The document was rendered. On the wire <c>success</c>.</summary>
    public static RenderStatus Success { get; } = new("success");

    /// <summary>The document could not be rendered. On the wire <c>error</c>.</summary>
    public static RenderStatus Error { get; } = new("error");

    /// <summary>The text on the wire; empty in <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Whether this is one of the documented values.</summary>
    public bool IsKnown => this == Success || this == Error;

    /// <summary>The name of a documented value, else the text on the wire.</summary>
    public override string ToString() => this switch
    {
        _ when this == Success => nameof(Success),
        _ when this == Error => nameof(Error),
        _ => Value,
    };
}
