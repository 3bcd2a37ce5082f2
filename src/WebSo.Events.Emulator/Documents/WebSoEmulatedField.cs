namespace WebSo.Events;

/// <summary>A signature field of an emulated document.</summary>
public sealed class WebSoEmulatedField
{
    internal WebSoEmulatedField(string id, string userId) => (Id, UserId) = (id, userId);

    /// <summary>The ID, unique within the document: the property <c>field_id</c> of its events.</summary>
    public string Id { get; }

    /// <summary>Who is to sign it.</summary>
    public string UserId { get; }

    /// <summary>What became of it; empty (<c>default</c>) while it is open.</summary>
    public FieldStatus Status { get; internal set; }

    /// <summary>Whether it is neither signed nor rejected.</summary>
    public bool IsOpen => Status == default;
}
