namespace WebSo.Events;

/// <summary>The examples of the vendor's documentation, byte for byte.</summary>
public static class Payloads
{
    public const string StatusChange = """{"from":"1","to":"2","event":"STATUS_CHANGE","document_id":"23822"}""";
    public const string UserFinish = """{"user_id":"1","event":"USER_FINISH","document_id":"27268","fields_signed":"2"}""";
    public const string FieldSigned = """{"field_id":"12","field_status":"signed","event":"FIELD_SIGNED_OR_REJECTED","document_id":"27268","user_id":"1"}""";
    public const string RenderReturn = """{event:"RENDER_RETURN","status":"success","document_id":"1234"}""";

    public static IReadOnlyList<string> All { get; } = [StatusChange, UserFinish, FieldSigned, RenderReturn];

    public static IReadOnlyList<WebSoEvent> Events { get; } =
    [
        new StatusChangeEvent { DocumentId = "23822", From = SignatureRequestStatus.New, To = SignatureRequestStatus.PartiallySigned },
        new UserFinishEvent { DocumentId = "27268", UserId = "1", FieldsSigned = 2 },
        new FieldSignedOrRejectedEvent { DocumentId = "27268", FieldId = "12", FieldStatus = FieldStatus.Signed, UserId = "1" },
        new RenderReturnEvent { DocumentId = "1234", Status = RenderStatus.Success },
    ];
}
