using System.Collections.Concurrent;

namespace WebSo.Events.ScaleOutTest;

// A load balancer that is none too careful: each call goes to any instance, some to two at the same time, and some that were answered
// come again later, at another.
internal sealed class SpreadingHandler(IReadOnlyList<Instance> instances) : HttpMessageHandler
{
    private const double Likelihood = 0.1;

    // What comes again comes within the duplicate window: it is of the last seconds.
    private const int Kept = 100;

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1) });
    private readonly ConcurrentQueue<byte[]> _answered = new();
    private readonly ConcurrentBag<Task> _besides = [];
    private int _repeats;

    public int Repeats => _repeats;

    public Task WhenAllAsync() => Task.WhenAll(_besides);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        if (Random.Shared.NextDouble() < Likelihood)
            _besides.Add(RepeatAsync(body));
        if (Random.Shared.NextDouble() < Likelihood && _answered.TryDequeue(out var earlier))
            _besides.Add(RepeatAsync(earlier));

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

    // Nobody waits for its answer: the instance may be dead, or stopped.
    private async Task RepeatAsync(byte[] body)
    {
        Interlocked.Increment(ref _repeats);
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
