using System.Xml;

namespace WebSo.Events;

/// <summary>Reads an ESign XML upload, the <c>processXML</c> parameter of the server.</summary>
public static class WebSoESignUpload
{
    private const int MaxUrlLength = 8192;

    /// <summary>
    /// Reads which documents an upload has, single or envelope, and their CallbackUrls. It streams: a PDF is passed over, whatever its size.
    /// </summary>
    /// <param name="xml">The XML; left open, at its end.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The documents in order; one for a single upload.</returns>
    /// <exception cref="InvalidDataException">
    /// The XML is malformed, has a DTD (external entities are refused with it), has another root than <c>ESign</c>, an envelope without a
    /// document, two CallbackUrls for one document, or one of more than 8192 characters.
    /// </exception>
    public static async Task<IReadOnlyList<WebSoESignDocument>> ReadAsync(Stream xml, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(xml);

        using var reader = XmlReader.Create(xml, new XmlReaderSettings
        {
            Async = true,
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        });
        try
        {
            return await ReadDocumentsAsync(reader, cancellationToken).ConfigureAwait(false);
        }
        catch (XmlException e)
        {
            // Of a DTD the reader tells no line.
            var where = e.LineNumber > 0 ? $" at line {e.LineNumber}" : "";
            throw new InvalidDataException($"The upload is malformed{where}, or has a DTD, which is refused.", e);
        }
    }

    private static async Task<IReadOnlyList<WebSoESignDocument>> ReadDocumentsAsync(XmlReader reader, CancellationToken cancellationToken)
    {
        var lines = (IXmlLineInfo)reader;
        var path = new List<string>();
        var upload = new ESignDocuments();
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (reader.NodeType == XmlNodeType.EndElement)
                path.RemoveAt(path.Count - 1);
            if (reader.NodeType != XmlNodeType.Element)
                continue;

            path.Add(reader.LocalName);
            upload.Begin(path, lines.LineNumber);
            var isEmpty = reader.IsEmptyElement;
            if (!isEmpty && ESignDocuments.IsCallbackUrl(path))
            {
                var line = lines.LineNumber;
                var url = await ReadTextAsync(reader, line, cancellationToken).ConfigureAwait(false);
                upload.SetCallbackUrl(path, url, line);
                isEmpty = true;
            }

            if (isEmpty)
                path.RemoveAt(path.Count - 1);
        }

        return upload.ToList();
    }

    // In chunks, so that a text of any size is refused before it is in memory. Ends at the end of the element.
    private static async Task<string> ReadTextAsync(XmlReader reader, int line, CancellationToken cancellationToken)
    {
        var buffer = new char[MaxUrlLength + 1];
        var length = 0;
        while (await reader.ReadAsync().ConfigureAwait(false) && reader.NodeType != XmlNodeType.EndElement)
        {
            if (reader.NodeType == XmlNodeType.Element)
                throw new InvalidDataException($"The CallbackUrl at line {line} holds an element: write '&lt;' for '<'.");

            int read;
            while ((read = await reader.ReadValueChunkAsync(buffer, length, buffer.Length - length).ConfigureAwait(false)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                length += read;
                if (length > MaxUrlLength)
                    throw new InvalidDataException($"The CallbackUrl at line {line} has more than {MaxUrlLength} characters.");
            }
        }

        return new string(buffer, 0, length).Trim();
    }
}
