using System.Text.Json.Serialization;

namespace WebSo.Events;

/// <summary>The result of a rendering.</summary>
/// <remarks>The set of values is open: an undocumented value, for example of a newer server, is kept unchanged.</remarks>
[JsonConverter(typeof(WebSoValueJsonConverter))]
public readonly record struct RenderStatus
{
    private readonly string? _value;

    /// <summary>Creates a value from the text that the server sends.</summary>
    /// <param name="value">The text. Null is treated as empty.</param>
    public RenderStatus(string? value) => _value = string.IsNullOrEmpty(value) ? null : value;

    /// <summary>The document was rendered. The server sends <c>success</c>.</summary>
    public static RenderStatus Success { get; } = new("success");

    /// <summary>The document could not be rendered. The server sends <c>error</c>.</summary>
    public static RenderStatus Error { get; } = new("error");

    /// <summary>Gets the text that the server sends. Empty for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Gets whether this is a documented value.</summary>
    public bool IsKnown => this == Success || this == Error;

    /// <summary>Returns the name of a documented value, or otherwise <see cref="Value"/>.</summary>
    public override string ToString() => this switch
    {
        _ when this == Success => nameof(Success),
        _ when this == Error => nameof(Error),
        _ => Value,
    };
}
