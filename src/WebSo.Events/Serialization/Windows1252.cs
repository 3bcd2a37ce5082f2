namespace WebSo.Events.Serialization;

// Decodes windows-1252. In .NET, this encoding needs a provider that a library must not register.
internal static class Windows1252
{
    // The characters 0x80 to 0x9F. The five that windows-1252 does not define are control characters, as in web browsers. All other
    // characters are the same as in ISO-8859-1.
    private const string Special =
        "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F"
        + "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    public static char Decode(byte b) => b is >= 0x80 and < 0xA0 ? Special[b - 0x80] : (char)b;
}
