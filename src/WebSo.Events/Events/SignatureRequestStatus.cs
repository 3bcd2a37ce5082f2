using System.Text.Json.Serialization;

namespace WebSo.Events;

/// <summary>The status of a signature request.</summary>
/// <remarks>The set of values is open: an undocumented value, for example of a newer server, is kept unchanged.</remarks>
[JsonConverter(typeof(WebSoValueJsonConverter))]
public readonly record struct SignatureRequestStatus
{
    private readonly string? _value;

    /// <summary>Creates a value from the text that the server sends.</summary>
    /// <param name="value">The text. Null is treated as empty.</param>
    public SignatureRequestStatus(string? value) => _value = string.IsNullOrEmpty(value) ? null : value;

    /// <summary>No field is signed yet. The server sends <c>1</c>.</summary>
    /// <remarks>In Visual Basic, write <c>SignatureRequestStatus.[New]</c>, because <c>New</c> is a keyword.</remarks>
    public static SignatureRequestStatus New { get; } = new("1");

    /// <summary>Some fields are signed. The server sends <c>2</c>.</summary>
    public static SignatureRequestStatus PartiallySigned { get; } = new("2");

    /// <summary>All fields are signed. The server sends <c>3</c>.</summary>
    public static SignatureRequestStatus Finished { get; } = new("3");

    /// <summary>The request ended before all fields were signed. The server sends <c>4</c>.</summary>
    public static SignatureRequestStatus Failed { get; } = new("4");

    /// <summary>Gets the text that the server sends. Empty for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Gets whether this is a documented value.</summary>
    public bool IsKnown => this == New || this == PartiallySigned || this == Finished || this == Failed;

    /// <summary>Returns the name of a documented value, or otherwise <see cref="Value"/>.</summary>
    public override string ToString() => this switch
    {
        _ when this == New => nameof(New),
        _ when this == PartiallySigned => nameof(PartiallySigned),
        _ when this == Finished => nameof(Finished),
        _ when this == Failed => nameof(Failed),
        _ => Value,
    };
}
