using System.Text;
using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

// Bodies that a strict JSON reader refuses although the event is unambiguous.
public sealed class RepairedBodyTests
{
    private static readonly WebSoEventSerializer s_serializer = WebSoEventSerializer.Default;

    [Fact]
    public void Deserialize_UnescapedControlCharacter_IsKept()
    {
        for (var c = '\0'; c < ' '; c++)
        {
            var e = s_serializer.Deserialize($$"""{"event":"RENDER_RETURN","x":"a{{c}}b","status":"success","y{{c}}":{"z":["{{c}}"]},"document_id":"1"}""");

            e.Should().Be(new RenderReturnEvent
            {
                Status = RenderStatus.Success,
                DocumentId = "1",
                ExtraProperties = Extras.Of(("x", JsonSerializer.Serialize($"a{c}b")), ($"y{c}", JsonSerializer.Serialize(new { z = new[] { $"{c}" } }))),
            });
        }
    }

    [Fact]
    public void Deserialize_UnescapedTab_IsKept()
    {
        var e = (UserFinishEvent)s_serializer.Deserialize("{\"user_id\":\"a\tb\",\"event\":\"USER_FINISH\",\"document_id\":\"1\r\n2\",\"fields_signed\":\"2\"}");

        (e.UserId, e.DocumentId, e.IsComplete).Should().Be(("a\tb", "1\r\n2", true));
    }

    [Theory]
    [InlineData("\\ud800", "\uFFFD")]
    [InlineData("a\\udc00b", "a\uFFFDb")]
    [InlineData("\\ud83dx\\ude00", "\uFFFDx\uFFFD")]
    [InlineData("\\ud83d\\ud83d\\ude00", "\uFFFD\U0001F600")]
    [InlineData("\\ud83d\\n", "\uFFFD\n")]
    [InlineData("\\uD83D\\uDE00", "\U0001F600")]
    [InlineData("\\\\ud800", "\\ud800")]
    [InlineData("C:\\Users\\x", "C:\\Users\\x")]
    [InlineData("\\u12G4", "\\u12G4")]
    [InlineData("\\u12", "\\u12")]
    [InlineData("\\u+123", "\\u+123")]
    public void Deserialize_InvalidEscape_LosesNothingElse(string escaped, string expected)
    {
        foreach (var json in new[]
        {
            $$"""{"event":"A","x":"{{escaped}}","document_id":"7"}""",
            $$"""{"event":"A","{{escaped}}":1,"x":"{{escaped}}","document_id":"7"}""",
            $$"""{event:"A",x:"{{escaped}}",more:{y:["{{escaped}}"]},document_id:"7"}""",
        })
        {
            var e = s_serializer.Deserialize(json);

            (e.DocumentId, e.IsComplete).Should().Be(("7", true));
            e.ExtraProperties["x"].GetString().Should().Be(expected);
        }
    }

    [Theory]
    [InlineData("{more:{a : 1,$b:[{c_1:\"x,y:{z}\"},{d-e:true}],f:null},event:\"A\",true:false}", """{"more":{"a":1,"$b":[{"c_1":"x,y:{z}"},{"d-e":true}],"f":null},"event":"A","true":false}""")]
    [InlineData("{\"event\":\"A\",\"x\":{y:1}}", """{"event":"A","x":{"y":1}}""")]
    [InlineData("{\"event\":\"A\",\"x\":[[[{y\n:\t1}]]]}", """{"event":"A","x":[[[{"y":1}]]]}""")]
    public void Deserialize_UnquotedNamesAtAnyDepth_Succeeds(string body, string strict) =>
        s_serializer.Deserialize(body).Should().Be(s_serializer.Deserialize(strict));

    [Fact]
    public void Deserialize_TrailingNulBytes_AreIgnored() =>
        s_serializer.Deserialize("{\"event\":\"A\"}\r\n\0\0\0").Should().Be(new UnknownWebSoEvent("A"));

    [Fact]
    public void Deserialize_AllErrorsTogether_AreRepaired()
    {
        var body = Encoding.Latin1.GetBytes("\r\n{event:\"A\",x:\"\\ud800\tü\",document_id:7}\0");

        var e = s_serializer.Deserialize(body);

        e.Should().Be(new UnknownWebSoEvent("A") { DocumentId = "7", ExtraProperties = Extras.Of(("x", "\"\\ufffd\\tü\"")) });
    }
}
