namespace WebSo.Events;

/// <summary>A signature field of an emulated document.</summary>
public sealed class WebSoEmulatedField
{
    internal WebSoEmulatedField(string id, string userId) => (Id, UserId) = (id, userId);

    /// <summary>The ID, unique within the document: <c>field_id</c> in events.</summary>
    public string Id { get; }

    /// <summary>The ID of the user who is to sign the field: <c>user_id</c> in events.</summary>
    public string UserId { get; }

    /// <summary>Signed or Rejected; empty (<c>default</c>) while the field is open.</summary>
    public FieldStatus Status { get; internal set; }

    /// <summary>Whether the field is neither signed nor rejected.</summary>
    public bool IsOpen => Status == default;
}
