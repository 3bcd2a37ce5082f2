using System.Collections.Concurrent;

namespace WebSo.Events.EndToEnd.ScaleOut;

// Simulates an unreliable load balancer: sends each call to a random instance, some to two instances at the same time, and some answered
// calls again later to another instance.
internal sealed class SpreadingHandler(IReadOnlyList<Instance> instances) : HttpMessageHandler
{
    private const double Likelihood = 0.1;

    // Only recent calls are sent again, so that they are within the duplicate window.
    private const int Kept = 100;

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1) });
    private readonly ConcurrentQueue<byte[]> _answered = new();
    private readonly ConcurrentBag<Task> _pending = [];
    private int _duplicates;

    public int Duplicates => _duplicates;

    public Task WhenAllAsync() => Task.WhenAll(_pending);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        if (Random.Shared.NextDouble() < Likelihood)
            _pending.Add(SendDuplicateAsync(body));
        if (Random.Shared.NextDouble() < Likelihood && _answered.TryDequeue(out var earlier))
            _pending.Add(SendDuplicateAsync(earlier));

        var response = await PostAsync(body, cancellationToken);
        if (response.IsSuccessStatusCode)
            _answered.Enqueue(body);
        while (_answered.Count > Kept)
            _answered.TryDequeue(out _);
        return response;
    }

    protected override void Dispose(bool disposing)
    {
        _client.Dispose();
        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> PostAsync(byte[] body, CancellationToken cancellationToken)
    {
        var instance = instances[Random.Shared.Next(instances.Count)];
        using var call = new HttpRequestMessage(HttpMethod.Post, new Uri(instance.Url, "/webso/events")) { Content = new ByteArrayContent(body) };
        return await _client.SendAsync(call, cancellationToken);
    }

    // Ignores the answer, because the instance can be killed or stopped.
    private async Task SendDuplicateAsync(byte[] body)
    {
        Interlocked.Increment(ref _duplicates);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            using var response = await PostAsync(body, timeout.Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
        }
    }
}
