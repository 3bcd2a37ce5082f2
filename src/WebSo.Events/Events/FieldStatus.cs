using System.Text.Json.Serialization;

namespace WebSo.Events;

/// <summary>The result of a signature field.</summary>
/// <remarks>The set of values is open: an undocumented value, for example of a newer server, is kept unchanged.</remarks>
[JsonConverter(typeof(WebSoValueJsonConverter))]
public readonly record struct FieldStatus
{
    private readonly string? _value;

    /// <summary>Creates a value from the text that the server sends.</summary>
    /// <param name="value">The text. Null is treated as empty.</param>
    public FieldStatus(string? value) => _value = string.IsNullOrEmpty(value) ? null : value;

    /// <summary>The field was signed. The server sends <c>signed</c>.</summary>
    public static FieldStatus Signed { get; } = new("signed");

    /// <summary>The user rejected the field. The server sends <c>rejected</c>.</summary>
    public static FieldStatus Rejected { get; } = new("rejected");

    /// <summary>Gets the text that the server sends. Empty for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Gets whether this is a documented value.</summary>
    public bool IsKnown => this == Signed || this == Rejected;

    /// <summary>Returns the name of a documented value, or otherwise <see cref="Value"/>.</summary>
    public override string ToString() => this switch
    {
        _ when this == Signed => nameof(Signed),
        _ when this == Rejected => nameof(Rejected),
        _ => Value,
    };
}
