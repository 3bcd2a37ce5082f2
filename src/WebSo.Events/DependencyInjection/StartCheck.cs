namespace WebSo.Events.DependencyInjection;

// Nothing but a reason to run its validator when the host starts: after routes are mapped, before a web server listens.
internal sealed class StartCheck;
