namespace WebSo.Events;

// WEBSO_LONG_TESTS=1 multiplies the cases of each loop.
internal static class LongRun
{
    public static long Cases(long few) => Environment.GetEnvironmentVariable("WEBSO_LONG_TESTS") == "1" ? few * 200 : few;
}
