using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace WebSo.Events.Tool.Commands;

// Options and arguments with values that are not text. Error messages say what is expected, not the name of a type.
internal static class ValueOption
{
    public delegate bool TryRead<T>(string text, out T value);

    public static Option<int> Whole(string name, string description, int value, int minimum, int maximum) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
        CustomParser = Parser<int>(name, $"a whole number from {minimum} to {maximum}", (text, out number) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number >= minimum && number <= maximum),
    };

    // Accepts zero, or a number from the minimum to the maximum.
    public static Option<double> Number(string name, string description, double value, double minimum, double maximum) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
        CustomParser = Parser<double>(name, string.Create(CultureInfo.InvariantCulture, $"{(minimum > 0 ? "0, or " : "")}a number from {minimum} to {maximum}"), (text, out number) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && (number == 0 || (number >= minimum && number <= maximum))),
    };

    public static Option<T> Of<T>(string name, string description, string wanted, TryRead<T> tryRead) => new(name)
    {
        Description = description,
        CustomParser = Parser(name, wanted, tryRead),
    };

    public static Func<ArgumentResult, T> Parser<T>(string name, string wanted, TryRead<T> tryRead) => result =>
    {
        var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
        if (tryRead(text, out var value))
            return value;

        result.AddError($"{name} is '{text}'. Use {wanted}.");
        return default!;
    };
}
