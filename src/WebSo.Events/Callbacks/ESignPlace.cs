namespace WebSo.Events;

// What an open element of an ESign upload is to us.
internal enum ESignPlace
{
    Other,
    ESign,
    Envelope,
    Documents,
    Document,
    Pdf,
    CallbackUrl,
}
