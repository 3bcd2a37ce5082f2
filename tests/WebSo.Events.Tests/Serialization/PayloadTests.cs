using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class PayloadTests
{
    private static readonly StatusChangeEvent s_status = new()
    {
        From = SignatureRequestStatus.New,
        To = SignatureRequestStatus.PartiallySigned,
        DocumentId = "23822",
    };

    private static readonly UserFinishEvent s_finish = new() { UserId = "1", DocumentId = "27268", FieldsSigned = 2 };

    private static readonly FieldSignedOrRejectedEvent s_field = new()
    {
        FieldId = "12",
        FieldStatus = FieldStatus.Signed,
        DocumentId = "27268",
        UserId = "1",
    };

    private static readonly RenderReturnEvent s_render = new() { Status = RenderStatus.Success, DocumentId = "1234" };

    private static readonly Dictionary<string, WebSoEvent> s_expected = new()
    {
        ["status_change.documented"] = s_status,
        ["status_change.unquoted_names"] = s_status,
        ["status_change.unquoted_white_space"] = s_status,
        ["status_change.byte_order_mark"] = s_status,
        ["status_change.byte_order_mark_unquoted"] = s_status,
        ["status_change.white_space"] = s_status,
        ["status_change.escaped_names"] = s_status,
        ["status_change.event_first"] = s_status with { From = SignatureRequestStatus.Finished, To = SignatureRequestStatus.Failed },
        ["status_change.numbers"] = s_status with { To = SignatureRequestStatus.Finished },
        ["status_change.raw_numbers"] = new StatusChangeEvent { From = new("1.0"), To = new("-3e2"), DocumentId = "2.50" },
        ["status_change.booleans"] = new StatusChangeEvent { From = new("true"), To = new("false"), DocumentId = "true" },
        ["status_change.future_values"] = s_status with { From = SignatureRequestStatus.PartiallySigned, To = new("5") },
        ["status_change.empty_values"] = s_status with
        {
            From = default,
            To = default,
            ExtraProperties = Extras.Of(("from", "\"\""), ("to", "\"\"")),
            IsComplete = false,
        },
        ["status_change.escaped_values"] = s_status with { To = SignatureRequestStatus.Finished, DocumentId = "2/\"\\\n\U0001F600" },
        ["status_change.extras"] = s_status with
        {
            ExtraProperties = Extras.Of(
                ("at", "\"2026-01-02\""),
                ("retry", "3"),
                ("big", "1e999"),
                ("last", "true"),
                ("first", "false"),
                ("none", "null"),
                ("list", """[1,"two",{"three":3}]"""),
                ("object", """{"a":{"b":[]}}"""),
                ("", "\"empty name\""),
                ("é", "\"ü\"")),
        },
        ["status_change.unquoted_nested"] = s_status with
        {
            ExtraProperties = Extras.Of(("more", """{"a":1,"$b":[{"c_1":"x,y:{z}"},{"d-e":"q\"r"}],"f":null}""")),
        },
        ["user_finish.documented"] = s_finish,
        ["user_finish.numbers"] = s_finish,
        ["user_finish.limits"] = s_finish with { FieldsSigned = int.MaxValue },
        ["user_finish.negative_padded"] = s_finish with
        {
            UserId = "",
            FieldsSigned = -7,
            ExtraProperties = Extras.Of(("user_id", "\"\"")),
            IsComplete = false,
        },
        ["user_finish.escaped_number"] = s_finish with { UserId = "Jörg", FieldsSigned = 12 },
        ["field_signed_or_rejected.documented"] = s_field,
        ["field_signed_or_rejected.escaped_status"] = s_field,
        ["field_signed_or_rejected.rejected"] = s_field with { FieldStatus = FieldStatus.Rejected },
        ["field_signed_or_rejected.future_value"] = s_field with { FieldStatus = new("delegated") },
        ["render_return.documented"] = s_render,
        ["render_return.strict"] = s_render,
        ["render_return.error"] = s_render with { Status = RenderStatus.Error },
        ["render_return.future_value"] = s_render with { Status = new("Success") },
        ["unknown.documented_shape"] = new UnknownWebSoEvent("ENVELOPE_FINISHED")
        {
            DocumentId = "99",
            ExtraProperties = Extras.Of(("envelope_id", "\"7\"")),
        },
        ["unknown.number_id"] = new UnknownWebSoEvent("ENVELOPE_FINISHED") { DocumentId = "99" },
        ["unknown.no_document"] = new UnknownWebSoEvent("SERVER_STOPPED") { ExtraProperties = Extras.Of(("reason", "\"update\"")) },
        ["unknown.null_document"] = new UnknownWebSoEvent("SERVER_STOPPED") { ExtraProperties = Extras.Of(("document_id", "null")) },
        ["unknown.empty_document"] = new UnknownWebSoEvent("SERVER_STOPPED") { ExtraProperties = Extras.Of(("document_id", "\"\"")) },
        ["unknown.object_document"] = new UnknownWebSoEvent("SERVER_STOPPED") { ExtraProperties = Extras.Of(("document_id", """{"id":"5"}""")) },
        ["unknown.lower_case"] = new UnknownWebSoEvent("status_change")
        {
            DocumentId = "23822",
            ExtraProperties = Extras.Of(("from", "\"1\""), ("to", "\"2\"")),
        },
        ["unknown.escaped_name"] = new UnknownWebSoEvent("ÜBERGABE \U0001F600") { DocumentId = "1" },
    };

    public static TheoryData<string> Names => [.. Payload.Names];

    [Fact]
    public void Expectations_OfPayloads_ExistForEachFile() => Payload.Names.Should().BeEquivalentTo(s_expected.Keys);

    [Theory]
    [InlineData("status_change.documented")]
    [InlineData("user_finish.documented")]
    [InlineData("field_signed_or_rejected.documented")]
    [InlineData("render_return.documented")]
    public void DocumentedPayload_IsInWirePageUnchanged(string name)
    {
        var page = Repository.Read("docs/wire.md");

        page.Should().Contain("`" + Encoding.UTF8.GetString(Payload.Read(name)) + "`");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Deserialize_Payload_ReturnsAllValues(string name)
    {
        var e = WebSoEventSerializer.Default.Deserialize(Payload.Read(name));

        e.Should().Be(s_expected[name]);
        e.EventName.Should().Be(s_expected[name].EventName);
        e.ExtraProperties.Keys.Should().Equal(s_expected[name].ExtraProperties.Keys);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Deserialize_PayloadAsString_ReturnsSameEvent(string name)
    {
        var json = Encoding.UTF8.GetString(Payload.Read(name));

        WebSoEventSerializer.Default.Deserialize(json).Should().Be(s_expected[name]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TryDeserialize_Payload_ReturnsTrueWithEvent(string name)
    {
        var succeeded = WebSoEventSerializer.Default.TryDeserialize(Payload.Read(name), out var e, out var error);

        succeeded.Should().BeTrue();
        e.Should().Be(s_expected[name]);
        error.Should().BeNull();
    }
}
