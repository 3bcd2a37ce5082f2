using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WebSo.Events.EndToEnd.Crash;

// Sends the events of one document in order. Like the server, repeats each call until it is answered with 200.
internal sealed class Sender(string document)
{
    private int _next = 1;

    public string Document { get; } = document;

    public int Answered => _next - 1;

    public async Task SendUntilAsync(HttpClient client, Uri url, int last, Task ended)
    {
        while (_next <= last && !ended.IsCompleted)
        {
            try
            {
                using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(
                    $$"""{"user_id":"1","event":"USER_FINISH","document_id":"{{Document}}","fields_signed":"{{_next}}"}"""));
                using var response = await client.PostAsync(url, content);
                if (response.StatusCode == HttpStatusCode.OK)
                    _next++;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException)
            {
                // No answer: the process has ended or is ending. The next process gets the same call. A connection that is reset while it
                // is opened throws a SocketException.
                await Task.WhenAny(ended, Task.Delay(10));
            }
        }
    }
}
