using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

// Compares hostile bodies of the default maximum size with ordinary bodies. Allocated bytes are the same on each machine. Times are
// compared within the process, alternately. The measured maximum is 7.2 times in a release build, and 17 times without optimization.
public sealed class HostileBodyTests
{
    private const int Size = 64 * 1024;

    // The allowed multiple of the time for an ordinary body of this size.
    private const int MaxRatio = 4;

    private static readonly int s_maxTimeRatio = typeof(WebSoEventSerializer).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true } ? 25 : 10;

    private static readonly Dictionary<string, Func<int, byte[]>> s_corpus = new()
    {
        ["one long text"] = size => Fill("{\"event\":\"A\",\"x\":\"", "a", "\"}", size),
        ["long name"] = size => Fill("{\"event\":\"A\",\"", "a", "\":1}", size),
        ["long escaped name, short ones"] = size => Fill($"{{\"event\":\"A\"{Names(251)},\"", "\\u0061", "\":1}", size),
        ["long escaped name first, short ones"] = size => Fill("{\"", "\\u0061", $"\":1{Names(251)},\"event\":\"A\"}}", size),
        ["many names"] = size => Fill("{\"event\":\"A\"", i => $",\"p{i}\":1", "}", size),
        ["many escaped names"] = size => Fill("{\"event\":\"A\"", i => $",\"\\u0070{i}\":1", "}", size),
        ["shortest names"] = size => Fill("{\"event\":\"A\"", ",\"\":1", "}", size),
        ["documented names, escaped"] = size => Fill("{\"event\":\"A\"", ",\"\\u0065vent\":\"A\"", "}", size),
        ["documented names"] = size => Fill("{\"event\":\"A\"", ",\"event\":\"A\",\"document_id\":1,\"to\":2", "}", size),
        ["duplicates behind many"] = size => Fill($"{{\"event\":\"A\"{Names(256)}", ",\"event\":\"A\"", "}", size),
        ["many, then duplicates"] = size => Fill($"{{{Names(256).Substring(1)}", ",\"event\":\"A\"", "}", size),
        ["many, then documented names"] = size => Fill($"{{{Names(256).Substring(1)},\"event\":\"A\"", ",\"to\":1", "}", size),
        ["values of each name too long"] = size => Fill($"{{\"event\":\"A\"{Names(200)},\"to\":\"", "a", "\"}", size),
        ["deep arrays"] = size => Fill("{\"event\":\"A\",\"x\":", "[", "", size),
        ["deep arrays, closed"] = size => Fill("{\"event\":\"A\",\"x\":" + new string('[', size / 2), "]", "}", size),
        ["deep objects"] = size => Fill("{\"event\":\"A\",\"x\":", "{\"\":", "", size),
        ["deep objects, names without quotes"] = size => Fill("{\"event\":\"A\",\"x\":", "{a:", "", size),
        ["long text of escapes"] = size => Fill("{\"event\":\"A\",\"x\":\"", "\\u0041", "\"}", size),
        ["surrogate pairs"] = size => Fill("{\"event\":\"A\",\"x\":\"", "\\ud83d\\ude00", "\"}", size),
        ["halves of surrogate pairs"] = size => Fill("{\"event\":\"A\",\"x\":\"", "\\ud83d", "\"}", size),
        ["backslashes"] = size => Fill("{\"event\":\"A\",\"x\":\"", "\\x", "\"}", size),
        ["raw tabs"] = size => Fill("{\"event\":\"A\",\"x\":\"", "\t", "\"}", size),
        ["raw control characters"] = size => Fill("{\"event\":\"A\",\"x\":\"", "\u0001", "\"}", size),
        ["unquoted names"] = size => Fill("{event:\"A\"", ",a:1", "}", size),
        ["unquoted long name"] = size => Fill("{event:\"A\",", "a", ":1}", size),
        ["unquoted, no colon"] = size => Fill("{event:\"A\",", "a ", "}", size),
        ["white space"] = size => Fill("{\"event\":\"A\",", " ", "\"x\":1}", size),
        ["white space behind names"] = size => Fill("{event:\"A\",x", "\n", ":1}", size),
        ["commas"] = size => Fill("{\"event\":\"A\"", ",", "}", size),
        ["lines"] = size => Fill("{\"event\":\"A\"", "\n", "!", size),
        ["huge number"] = size => Fill("{\"event\":\"USER_FINISH\",\"fields_signed\":1", "0", "}", size),
        ["huge exponent"] = size => Fill("{\"event\":\"A\",\"x\":1e1", "0", "}", size),
        ["huge escaped number"] = size => Fill("{\"event\":\"USER_FINISH\",\"fields_signed\":\"", "\\u0031", "\"}", size),
        ["long ID"] = size => Fill("{\"event\":\"STATUS_CHANGE\",\"document_id\":\"", "1", "\"}", size),
        ["long escaped ID"] = size => Fill("{\"event\":\"STATUS_CHANGE\",\"document_id\":\"", "\\u0031", "\"}", size),
        ["long event name"] = size => Fill("{\"event\":\"", "A", "\"}", size),
        ["long escaped event name"] = size => Fill("{\"event\":\"", "\\u0041", "\"}", size),
        ["long status"] = size => Fill("{\"event\":\"RENDER_RETURN\",\"document_id\":1,\"status\":\"", "1", "\"}", size),
        ["array of numbers"] = size => Fill("{\"event\":\"A\",\"x\":[1", ",1", "]}", size),
        ["array of objects"] = size => Fill("{\"event\":\"A\",\"x\":[1", ",{}", "]}", size),
        ["nothing closed"] = size => Fill("{\"event\":\"", "a", "", size),
        ["no JSON"] = size => Fill("", "a", "", size),
        ["two objects"] = size => Fill("{\"event\":\"A\"}", "{}", "", size),
        ["UTF-16"] = size => Encoding.Unicode.GetBytes(Text("{\"event\":\"A\",\"x\":\"", "ä", "\"}", size / 2)),
        ["UTF-16 of three bytes each"] = size => Encoding.BigEndianUnicode.GetBytes(Text("{\"event\":\"A\",\"x\":\"", "€", "\"}", size / 2)),
        ["UTF-16 of halves"] = size => Encoding.Unicode.GetBytes(Text("{\"event\":\"A\",\"x\":\"", "@", "\"}", size / 2)).Select(b => b == (byte)'@' ? (byte)0xD8 : b).ToArray(),
        ["UTF-16, names without quotes"] = size => Encoding.Unicode.GetBytes(Text("{event:\"A\"", ",a:1", "}", size / 2)),
        ["windows-1252"] = size => Encoding.Latin1.GetBytes(Text("{\"event\":\"A\",\"x\":\"", "ü", "\"}", size)),
        ["windows-1252 of three bytes each"] = size => Encoding.Latin1.GetBytes(Text("{\"event\":\"A\",\"x\":\"", "\u0080", "\"}", size)),
        ["windows-1252 by turns"] = size => Encoding.Latin1.GetBytes(Text("{\"event\":\"A\",\"x\":\"", "a\u0080\t", "\"}", size)),
        ["windows-1252, long ID"] = size => Encoding.Latin1.GetBytes(Text("{\"event\":\"A\",\"document_id\":\"", "ü", "\"}", size)),
    };

    public static TheoryData<string> Bodies => [.. s_corpus.Keys];

    [Theory]
    [MemberData(nameof(Bodies))]
    public void TryDeserialize_HostileBody_AllocatesAtMostFourTimesAnOrdinaryBody(string name)
    {
        var perByte = PerByte(s_corpus[name](Size));

        perByte.Should().BeLessThan(MaxRatio * PerByte(Ordinary(Size)));
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void TryDeserialize_HostileBodyOfTwiceTheSize_AllocatesAtMostTwiceAsMuch(string name)
    {
        var (once, twice) = (Measure(s_corpus[name](Size)), Measure(s_corpus[name](2 * Size)));

        twice.Should().BeLessThan((long)(2.2 * once) + 4096);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void TryDeserialize_HostileBody_TakesLimitedTime(string name)
    {
        // Run enough ordinary bodies to take about as long, so that a busy machine affects both equally.
        var (hostile, ordinary) = Time(s_corpus[name](Size), Ordinary(Size), s_maxTimeRatio);

        hostile.Should().BeLessThan(ordinary);
    }

    // The same properties in another order: each duplicate of 'event' causes another search.
    [Fact]
    public void TryDeserialize_DuplicatesAfterManyNames_TakesNoLonger()
    {
        var (behind, before) = Time(s_corpus["many, then duplicates"](Size), s_corpus["duplicates behind many"](Size));

        behind.Should().BeLessThan(2 * before);
    }

    // The minimum of several alternating runs, so that a busy machine affects both equally.
    private static (TimeSpan First, TimeSpan Second) Time(byte[] first, byte[] second, int repeatsOfSecond = 1)
    {
        var least = (First: TimeSpan.MaxValue, Second: TimeSpan.MaxValue);
        for (var i = 0; i < 5; i++)
            least = (Min(least.First, Time(first)), Min(least.Second, Time(second, repeatsOfSecond)));
        return least;

        static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
    }

    private static TimeSpan Time(byte[] body, int repeats = 1)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < repeats; i++)
            _ = WebSoEventSerializer.Default.TryDeserialize(body, out _, out _);
        return Stopwatch.GetElapsedTime(start);
    }

    private static double PerByte(byte[] body) => (double)Measure(body) / body.Length;

    // The minimum of several runs, because early runs allocate pooled arrays, and some include allocations of the runtime.
    private static long Measure(byte[] body)
    {
        var least = long.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            _ = WebSoEventSerializer.Default.TryDeserialize(body, out _, out _);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    // An undocumented event with nested documents.
    private static byte[] Ordinary(int size) => Fill(
        "{\"event\":\"ENVELOPE_FINISHED\",\"documents\":[{}",
        i => string.Create(CultureInfo.InvariantCulture, $",{{\"document_id\":\"{10_000 + i}\",\"status\":\"3\",\"title\":\"Contract {i}\"}}"),
        "]}",
        size);

    private static byte[] Fill(string begin, string piece, string end, int size) => Fill(begin, _ => piece, end, size);

    private static byte[] Fill(string begin, Func<int, string> piece, string end, int size) => Encoding.UTF8.GetBytes(Text(begin, piece, end, size));

    private static string Text(string begin, string piece, string end, int length) => Text(begin, _ => piece, end, length);

    private static string Text(string begin, Func<int, string> piece, string end, int length)
    {
        var text = new StringBuilder(begin);
        for (var i = 0; text.Length < length - end.Length; i++)
            text.Append(piece(i));
        return text.Append(end).ToString();
    }

    private static string Names(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $",\"n{i}\":1"));
}
