using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.ExceptionServices;

namespace WebSo.Events;

/// <summary>A store that counts what it is asked, and fails where the test says so.</summary>
public class FaultyStore : DispatchProxy
{
    private IWebSoInboxStore _inner = null!;

    public ConcurrentDictionary<string, int> Calls { get; } = new();

    public ConcurrentDictionary<string, Func<object>> Faults { get; } = new();

    public static (IWebSoInboxStore Store, FaultyStore Faults) Create(IWebSoInboxStore inner)
    {
        var store = Create<IWebSoInboxStore, FaultyStore>();
        ((FaultyStore)(object)store)._inner = inner;
        return (store, (FaultyStore)(object)store);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var name = targetMethod!.Name;
        Calls.AddOrUpdate(name, 1, (_, count) => count + 1);
        if (Faults.TryGetValue(name, out var fault))
            return fault();

        try
        {
            return targetMethod.Invoke(_inner, args);
        }
        catch (TargetInvocationException thrown)
        {
            ExceptionDispatchInfo.Throw(thrown.InnerException!);
            throw;
        }
    }
}
