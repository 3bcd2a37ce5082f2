using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using BenchmarkDotNet.Attributes;
using WebSo.Events;

namespace SerializationBenchmark;

[MemoryDiagnoser]
public class SerializerBenchmark
{
    private byte[] _strict = [];
    private byte[] _body = [];
    private JsonTypeInfo _plainType = PlainJsonContext.Default.PlainUnknown;
    private object _plain = "";
    private WebSoEvent _event = new UnknownWebSoEvent("X");

    [ParamsAllValues]
    public PayloadKind Kind { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var (text, type) = Kind switch
        {
            PayloadKind.StatusChange => ("""{"from":"1","to":"2","event":"STATUS_CHANGE","document_id":"23822"}""", (JsonTypeInfo)PlainJsonContext.Default.PlainStatusChange),
            PayloadKind.UserFinish => ("""{"user_id":"1","event":"USER_FINISH","document_id":"27268","fields_signed":"2"}""", PlainJsonContext.Default.PlainUserFinish),
            PayloadKind.FieldSigned => ("""{"field_id":"12","field_status":"signed","event":"FIELD_SIGNED_OR_REJECTED","document_id":"27268","user_id":"1"}""", PlainJsonContext.Default.PlainFieldSigned),
            PayloadKind.Unknown => ("""{"event":"ENVELOPE_FINISHED","document_id":"23822","envelope_id":"77","documents":["23822","23823"]}""", PlainJsonContext.Default.PlainUnknown),
            _ => ("""{"event":"RENDER_RETURN","status":"success","document_id":"1234"}""", PlainJsonContext.Default.PlainRenderReturn),
        };
        _plainType = type;
        _strict = Encoding.UTF8.GetBytes(text);
        _body = Kind == PayloadKind.RenderReturnUnquoted ? Encoding.UTF8.GetBytes(text.Replace("\"event\"", "event", StringComparison.Ordinal)) : _strict;
        _plain = JsonSerializer.Deserialize(_strict, _plainType)!;
        _event = WebSoEventSerializer.Default.Deserialize(_body);
    }

    [Benchmark(Baseline = true)]
    public object? PlainDeserialize() => JsonSerializer.Deserialize(_strict, _plainType);

    [Benchmark]
    public WebSoEvent Deserialize() => WebSoEventSerializer.Default.Deserialize(_body);

    [Benchmark]
    public byte[] PlainSerialize() => JsonSerializer.SerializeToUtf8Bytes(_plain, _plainType);

    [Benchmark]
    public byte[] Serialize() => WebSoEventSerializer.Default.SerializeToUtf8Bytes(_event);
}
