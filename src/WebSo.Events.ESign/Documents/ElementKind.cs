namespace WebSo.Events.ESign.Documents;

// The meaning of an element of an ESign upload.
internal enum ElementKind
{
    Other,
    ESign,
    Envelope,
    Documents,
    Document,
    Pdf,
    CallbackUrl,
}
