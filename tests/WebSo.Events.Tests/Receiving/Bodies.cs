namespace WebSo.Events.Tests;

internal static class Bodies
{
    public const string StatusChange = """{"from":"1","to":"2","event":"STATUS_CHANGE","document_id":"23822"}""";

    public const string RenderReturn = """{event:"RENDER_RETURN","status":"success","document_id":"1234"}""";

    public const string Unknown = """{"event":"ENVELOPE_FINISHED","document_id":"5"}""";
}
