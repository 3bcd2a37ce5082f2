using System.Text.Json.Serialization;

namespace WebSo.Events;

/// <summary>The status of a signature request.</summary>
/// <remarks>An open set: a value of a future server is kept as it came, never an exception.</remarks>
[JsonConverter(typeof(WebSoValueJsonConverter))]
public readonly record struct SignatureRequestStatus
{
    private readonly string? _value;

    /// <summary>Creates a value from its text on the wire. Null counts as empty.</summary>
    public SignatureRequestStatus(string? value) => _value = string.IsNullOrEmpty(value) ? null : value;

    /// <summary>No field is signed yet. On the wire <c>1</c>.</summary>
    public static SignatureRequestStatus New { get; } = new("1");

    /// <summary>Some fields are signed. On the wire <c>2</c>.</summary>
    public static SignatureRequestStatus PartiallySigned { get; } = new("2");

    /// <summary>All fields are signed. On the wire <c>3</c>.</summary>
    public static SignatureRequestStatus Finished { get; } = new("3");

    /// <summary>It ended and not all fields are signed. On the wire <c>4</c>.</summary>
    public static SignatureRequestStatus Failed { get; } = new("4");

    /// <summary>The text on the wire; empty in <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Whether this is one of the documented values.</summary>
    public bool IsKnown => this == New || this == PartiallySigned || this == Finished || this == Failed;

    /// <summary>The name of a documented value, else the text on the wire.</summary>
    public override string ToString() => this switch
    {
        _ when this == New => nameof(New),
        _ when this == PartiallySigned => nameof(PartiallySigned),
        _ when this == Finished => nameof(Finished),
        _ when this == Failed => nameof(Failed),
        _ => Value,
    };
}
