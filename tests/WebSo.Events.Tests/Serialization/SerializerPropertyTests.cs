using System.Text;
using System.Text.Json;
using CsCheck;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class SerializerPropertyTests
{
    private static readonly WebSoEventSerializer s_serializer = WebSoEventSerializer.Default
        .WithEventType("ENVELOPE_FINISHED", TestJsonContext.Default.EnvelopeFinishedEvent);

    private static readonly byte[][] s_payloads = [.. Payload.Names.Select(Payload.Read)];

    // Inputs that are likely to expose bugs. Each piece is a token or a part of one.
    private static readonly string[] s_pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\"event\"", "event", "\"STATUS_CHANGE\"", "\"ENVELOPE_FINISHED\"", "\"\\u0065vent\"",
        "\"document_id\"", "document_id", "\"from\"", "\"to\"", "\"1\"", "\"\"", "1", "-0", "1e5", "0.5", "true", "false", "null", " ", "\n",
        "\r\n", "\t", "\\ud800", "\\udc00", "\\u00e9", "é", "\U0001F600", "\uFEFF", "/*", "//", "a", "$x-1", "\0",
    ];

    private static readonly Gen<string> s_text = Gen.OneOf(s_pieces).Array[0, 30].Select(pieces => string.Concat(pieces));

    [Fact]
    public void TryDeserialize_ArbitraryBytes_NeverThrows() =>
        Gen.Byte.Array[0, 200].Sample(bytes => _ = TryRead(bytes), iter: LongRun.Cases(20_000));

    [Fact]
    public void TryDeserialize_JsonLikeTexts_NeverThrows() =>
        s_text.Select(text => "{\"event\":\"STATUS_CHANGE\"," + text).Sample(text => _ = TryRead(Encoding.UTF8.GetBytes(text)), iter: LongRun.Cases(20_000));

    [Fact]
    public void TryDeserialize_MutatedPayloads_NeverThrows() => Gen.Select(
        Gen.OneOf(s_payloads),
        Gen.Select(Gen.Int[0, 200], Gen.Int[0, 5], Gen.Byte, Gen.OneOf(s_pieces)).Array[1, 4],
        (payload, mutations) => mutations.Aggregate(payload, Mutate)).Sample(bytes => _ = TryRead(bytes), iter: LongRun.Cases(20_000));

    [Fact]
    public void Deserialize_ArbitraryStrings_MatchesTheirBytes() => s_text.Sample(
        text =>
        {
            var fromBytes = TryRead(Encoding.UTF8.GetBytes(text));
            WebSoEvent? e = null;
            EventFormatException? error = null;
            try
            {
                e = s_serializer.Deserialize(text);
            }
            catch (EventFormatException refused)
            {
                error = refused;
            }

            e.Should().Be(fromBytes.Event);
            error?.Message.Should().Be(fromBytes.Error?.Message);
        },
        iter: LongRun.Cases(5_000));

    [Fact]
    public void TryDeserialize_QuotedNames_AgreesWithJsonDocument() => s_text
        .Select(text => "{\"event\":\"A\"," + text)
        .Sample(
            text =>
            {
                var body = Encoding.UTF8.GetBytes(text);
                var (e, error) = TryRead(body);
                if (IsJson(body))
                {
                    (error?.Reason).Should().NotBe(EventFormatReason.InvalidJson).And.NotBe(EventFormatReason.TrailingData);
                }
                else if (e is not null)
                {
                    // Accepted because of unquoted names, repaired strings or trailing NUL bytes.
                    IsJson(Encoding.UTF8.GetBytes(s_serializer.Serialize(e))).Should().BeTrue();
                    text.Should().MatchRegex("[{,]\\s*[A-Za-z_$]|[\0-\x1F]|\\\\");
                }
            },
            iter: LongRun.Cases(20_000));

    [Fact]
    public void Deserialize_AnyObject_HasSameValuesAsJsonDocument() => JsonShape.Members.Sample(
        members =>
        {
            var json = JsonShape.Write([.. members, ("event", "\"ANY\"")], quoted: true);
            using var document = JsonDocument.Parse(json);

            var e = s_serializer.Deserialize(json);

            e.ExtraProperties.Keys.Should().Equal(members.Select(member => member.Name));
            foreach (var (name, value) in e.ExtraProperties)
                JsonElement.DeepEquals(value, document.RootElement.GetProperty(name)).Should().BeTrue(name);
            s_serializer.Deserialize(s_serializer.Serialize(e)).Should().Be(e);
        },
        iter: LongRun.Cases(2_000));

    [Fact]
    public void Deserialize_UnquotedNames_ReturnsSameEvent() => JsonShape.Members.Sample(
        members =>
        {
            var all = ((string, string)[])[.. members, ("event", "\"ANY\"")];

            var quoted = s_serializer.Deserialize(JsonShape.Write(all, quoted: true));
            var unquoted = s_serializer.Deserialize(JsonShape.Write(all, quoted: false));

            unquoted.Should().Be(quoted);
        },
        iter: LongRun.Cases(2_000));

    [Fact]
    public void TryDeserialize_DamagedBody_HasSameResultWithAndWithoutQuotes() => JsonShape.Damaged.Sample(
        tokens =>
        {
            var quoted = Encoding.UTF8.GetBytes(string.Concat(tokens));
            var unquoted = Encoding.UTF8.GetBytes(string.Concat(tokens.Select(JsonShape.Unquote)));

            var expected = TryRead(quoted);
            var actual = TryRead(unquoted);

            actual.Event.Should().Be(expected.Event);
            (actual.Error?.Reason).Should().Be(expected.Error?.Reason);
        },
        iter: LongRun.Cases(5_000));

    // In any charset, declared or not.
    [Fact]
    public void Deserialize_AnyObjectInAnyCharset_ReturnsSameEvent() => Gen.Select(JsonShape.Members, Gen.Bool).Sample(
        (members, quoted) =>
        {
            var json = JsonShape.Write([.. members, ("event", "\"ANY\"")], quoted);
            var e = s_serializer.Deserialize(json);

            s_serializer.Deserialize(Encoding.Unicode.GetBytes(json)).Should().Be(e);
            s_serializer.Deserialize(Encoding.BigEndianUnicode.GetBytes(json), "utf-16").Should().Be(e);
            if (json.All(c => c is < '\u0080' or (>= '\u00A0' and <= '\u00FF')))
                s_serializer.Deserialize(Encoding.Latin1.GetBytes(json), "iso-8859-1").Should().Be(e);
        },
        iter: LongRun.Cases(2_000));

    private static (WebSoEvent? Event, EventFormatException? Error) TryRead(byte[] body)
    {
        var succeeded = s_serializer.TryDeserialize(body, out var e, out var error);
        succeeded.Should().Be(e is not null).And.Be(error is null);
        var refused = (EventFormatException?)error;
        if (refused?.BytePosition is { } position)
            position.Should().BeInRange(0, body.Length);
        if (e is not null)
            s_serializer.Deserialize(s_serializer.SerializeToUtf8Bytes(e)).EventName.Should().Be(e.EventName);
        return (e, refused);
    }

    private static bool IsJson(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static byte[] Mutate(byte[] body, (int Place, int Kind, byte Value, string Piece) mutation)
    {
        var place = body.Length == 0 ? 0 : mutation.Place % body.Length;
        return mutation.Kind switch
        {
            0 => [.. body.Take(place), mutation.Value, .. body.Skip(place + 1)],
            1 => [.. body.Take(place), .. body.Skip(place + 1)],
            2 => [.. body.Take(place)],
            3 => [.. body.Take(place), .. Encoding.UTF8.GetBytes(mutation.Piece), .. body.Skip(place)],
            4 => [.. body.Take(place), .. body],
            _ => [.. body.Skip(place), .. body.Take(place)],
        };
    }
}
