using System.Globalization;

namespace WebSo.Events;

/// <summary>
/// A document of the emulated server, with users, signature fields and a status. The methods of <see cref="WebSoEmulator"/> change it.
/// </summary>
public sealed class WebSoEmulatedDocument
{
    private readonly Lock _lock = new();
    private bool _isRendered;

    internal WebSoEmulatedDocument(string id, string? callbackUrl, int signers, int fieldsPerSigner, DeliveryLane lane)
    {
        Id = id;
        CallbackUrl = callbackUrl;
        Lane = lane;
        UserIds = [.. Enumerable.Range(1, signers).Select(Text)];
        Fields = [.. Enumerable.Range(0, signers * fieldsPerSigner).Select(i => new WebSoEmulatedField(Text(i + 1), UserIds[i / fieldsPerSigner]))];
        Status = SignatureRequestStatus.New;
    }

    /// <summary>The ID: <c>document_id</c> in events.</summary>
    public string Id { get; }

    /// <summary>The URL that is called instead of the server's; null if the document has none of its own.</summary>
    public string? CallbackUrl { get; }

    /// <summary>The IDs of the users who are to sign: 1, 2 and so on.</summary>
    public IReadOnlyList<string> UserIds { get; }

    /// <summary>The signature fields, in the order of <see cref="UserIds"/>.</summary>
    public IReadOnlyList<WebSoEmulatedField> Fields { get; }

    /// <summary>The status of the signature request.</summary>
    public SignatureRequestStatus Status { get; private set; }

    /// <summary>Whether the status is Finished or Failed: no field is open.</summary>
    public bool IsClosed => Status == SignatureRequestStatus.Finished || Status == SignatureRequestStatus.Failed;

    internal DeliveryLane Lane { get; }

    // One lock for the change and its events, so that events are sent in the order of the changes.
    internal List<Task<WebSoSendResult>> Render(RenderStatus status)
    {
        lock (_lock)
        {
            _isRendered = status == RenderStatus.Success;
            return Lane.Fire([new RenderReturnEvent { DocumentId = Id, Status = status }], isLast: false);
        }
    }

    internal List<Task<WebSoSendResult>> Settle(string fieldId, FieldStatus status)
    {
        lock (_lock)
        {
            var field = Fields.FirstOrDefault(field => field.Id == fieldId)
                ?? throw new ArgumentException($"Document {Id} has no field '{fieldId}'. Pass the ID of one of its Fields.", nameof(fieldId));
            if (!_isRendered)
                throw new InvalidOperationException($"Document {Id} is not rendered, so nobody can sign it. Call RenderAsync first.");
            if (!field.IsOpen)
                throw new InvalidOperationException($"Field {fieldId} of document {Id} is already {field.Status}.");

            field.Status = status;
            return Lane.Fire(Follow(field), IsClosed);
        }
    }

    // This order is an assumption, see docs/wire.md.
    private List<WebSoEvent> Follow(WebSoEmulatedField field)
    {
        var events = new List<WebSoEvent>
        {
            new FieldSignedOrRejectedEvent { FieldId = field.Id, FieldStatus = field.Status, DocumentId = Id, UserId = field.UserId },
        };
        var fieldsOfUser = Fields.Where(other => other.UserId == field.UserId).ToList();
        if (fieldsOfUser.TrueForAll(other => !other.IsOpen))
        {
            var signed = fieldsOfUser.Count(other => other.Status == FieldStatus.Signed);
            events.Add(new UserFinishEvent { UserId = field.UserId, DocumentId = Id, FieldsSigned = signed });
        }

        var (from, to) = (Status, NextStatus());
        if (from != to)
        {
            Status = to;
            events.Add(new StatusChangeEvent { From = from, To = to, DocumentId = Id });
        }

        return events;
    }

    private SignatureRequestStatus NextStatus()
    {
        if (Fields.All(field => field.Status == FieldStatus.Signed))
            return SignatureRequestStatus.Finished;
        if (Fields.All(field => !field.IsOpen))
            return SignatureRequestStatus.Failed;
        return Fields.Any(field => field.Status == FieldStatus.Signed) ? SignatureRequestStatus.PartiallySigned : SignatureRequestStatus.New;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
