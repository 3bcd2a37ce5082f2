using System.Text.Json.Serialization;

namespace WebSo.Events;

/// <summary>What became of a signature field.</summary>
/// <remarks>An open set: a value of a future server is kept as it came, never an exception.</remarks>
[JsonConverter(typeof(WebSoValueJsonConverter))]
public readonly record struct FieldStatus
{
    private readonly string? _value;

    /// <summary>Creates a value from its text on the wire. Null counts as empty.</summary>
    public FieldStatus(string? value) => _value = string.IsNullOrEmpty(value) ? null : value;

    /// <summary>The field was signed. On the wire <c>signed</c>.</summary>
    public static FieldStatus Signed { get; } = new("signed");

    /// <summary>The user refused to sign the field. On the wire <c>rejected</c>.</summary>
    public static FieldStatus Rejected { get; } = new("rejected");

    /// <summary>The text on the wire; empty in <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Whether this is one of the documented values.</summary>
    public bool IsKnown => this == Signed || this == Rejected;

    /// <summary>The name of a documented value, else the text on the wire.</summary>
    public override string ToString() => this switch
    {
        _ when this == Signed => nameof(Signed),
        _ when this == Rejected => nameof(Rejected),
        _ => Value,
    };
}
