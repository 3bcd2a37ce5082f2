namespace WebSo.Events.Security;

internal enum CallbackTokenStatus
{
    None,
    Valid,
    Expired,
    Invalid,
}
