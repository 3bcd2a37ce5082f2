using System.Text.Json;
using CsCheck;

namespace WebSo.Events.Tests;

// Generates JSON that can be written with and without quotes around names.
internal static class JsonShape
{
    // The prefix that marks a quoted name. No other token starts with it.
    private const char NameMark = '\u0001';

    private static readonly Gen<string> s_name = Gen.Select(
        Gen.OneOf('a', 'Z', '_', '$'),
        Gen.OneOf('a', '0', '-', '_', '$').Array[0, 4],
        (first, rest) => first + new string(rest));

    private static readonly Gen<string> s_scalar = Gen.OneOf(
        Gen.OneOf("null", "true", "false", "0", "-1.50", "1e300", "\"\"", "\"{a:1,b}\"", "\"\\\"x:\\\\\"", "\"\\u00e9\"", "\"\U0001F600\""),
        Gen.String.Select(text => JsonSerializer.Serialize(text)),
        Gen.Double.Where(double.IsFinite).Select(number => JsonSerializer.Serialize(number)));

    private static readonly Gen<string> s_value = Nest(Nest(Nest(s_scalar)));

    private static readonly string[] s_junk = [" } ", " ] ", " , ", " { ", " [ ", " 1 ", " true ", " \"x\" ", "\n", " \u0002 "];

    // Members of an object with distinct names other than 'event' and 'document_id'. Nested names have the mark.
    public static Gen<(string Name, string Value)[]> Members { get; } = Gen.Select(s_name, s_value)
        .Array[0, 6]
        .Select(members => members.DistinctBy(member => member.Item1).Select(member => (member.Item1, member.Item2)).ToArray());

    // The tokens of an object, with one token replaced or the rest removed.
    public static Gen<string[]> Damaged { get; } = Gen.Select(Members, Gen.Int[0, 1000], Gen.OneOf(s_junk), Gen.Bool, (members, place, junk, cut) =>
    {
        var tokens = new List<string> { "{", NameMark + "event", ":\"ANY\"" };
        foreach (var (name, value) in members)
            tokens.AddRange([", ", NameMark + name, ": " + value]);
        tokens.Add("}");
        var tokensInQuotes = tokens.SelectMany(Split).ToList();
        place %= tokensInQuotes.Count;
        if (cut)
            tokensInQuotes.RemoveRange(place, tokensInQuotes.Count - place);
        else if (tokensInQuotes[place][0] != '"')
            tokensInQuotes[place] = junk;
        return tokensInQuotes.ToArray();
    });

    public static string Write((string Name, string Value)[] members, bool quoted)
    {
        var json = "{" + string.Join(',', members.Select(member => NameMark + member.Name + ":" + member.Value)) + "}";
        return string.Concat(Split(json).Select(token => quoted ? token : Unquote(token)));
    }

    // Removes the quotes of a name. Other tokens stay unchanged.
    public static string Unquote(string token) => IsName(token) ? token.Substring(1, token.Length - 2) : token;

    // A name is a separate token. A quoted value is not: its token includes the preceding colon.
    private static IEnumerable<string> Split(string json)
    {
        var start = 0;
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] != NameMark)
                continue;
            if (i > start)
                yield return json[start..i];
            start = i + 1;
            while (i + 1 < json.Length && (char.IsAsciiLetterOrDigit(json[i + 1]) || json[i + 1] is '_' or '$' or '-'))
                i++;
            yield return "\"" + json[start..(i + 1)] + "\"";
            start = i + 1;
        }

        if (start < json.Length)
            yield return json[start..];
    }

    private static bool IsName(string token) => token.Length > 2 && token[0] == '"' && token[^1] == '"';

    private static Gen<string> Nest(Gen<string> inner) => Gen.OneOf(
        inner,
        inner.Array[0, 3].Select(values => "[" + string.Join(", ", values) + "]"),
        Gen.Select(s_name, inner).Array[0, 3].Select(members => "{" + string.Join(
            ',',
            members.DistinctBy(member => member.Item1).Select(member => NameMark + member.Item1 + " : " + member.Item2)) + "}"));
}
