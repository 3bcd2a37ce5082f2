using System.CommandLine;
using System.Text.Json;

namespace WebSo.Events.Tool.Commands;

// The event that `send` sends. The options are named after the properties.
internal sealed class EventArguments
{
    private readonly Argument<string> _name = new("EVENT")
    {
        Description = "The event name: STATUS_CHANGE, USER_FINISH, FIELD_SIGNED_OR_REJECTED, RENDER_RETURN, or any other name.",
    };

    private readonly Option<string> _documentId = SharedOptions.Text("--document-id", "The ID of the document.", "1");
    private readonly Option<string> _from = SharedOptions.Text("--from", "The old status: 1 new, 2 partially signed, 3 finished, 4 failed.", "1");
    private readonly Option<string> _to = SharedOptions.Text("--to", "The new status.", "2");
    private readonly Option<string> _userId = SharedOptions.Text("--user-id", "The ID of the user.", "1");
    private readonly Option<int> _fieldsSigned = ValueOption.Whole("--fields-signed", "The number of fields that the user signed.", 1, 0, int.MaxValue);
    private readonly Option<string> _fieldId = SharedOptions.Text("--field-id", "The ID of the signature field.", "1");
    private readonly Option<string> _fieldStatus = SharedOptions.Text("--field-status", "signed or rejected.", "signed");
    private readonly Option<string> _status = SharedOptions.Text("--status", "The result of the rendering: success or error.", "success");
    private readonly Option<string[]> _properties = new("--property") { Description = "An additional property as name=value. Can be repeated.", DefaultValueFactory = _ => [] };

    public void AddTo(Command command)
    {
        _name.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0))
                result.AddError("EVENT is empty. Give an event name, such as STATUS_CHANGE.");
        });
        command.Arguments.Add(_name);
        foreach (var option in new Option[] { _documentId, _from, _to, _userId, _fieldsSigned, _fieldId, _fieldStatus, _status, _properties })
            command.Options.Add(option);
    }

    public WebSoEvent Read(ParseResult parsed)
    {
        var id = parsed.GetValue(_documentId)!;
        var extras = ReadExtras(parsed.GetValue(_properties)!);
        return parsed.GetValue(_name)! switch
        {
            EventNames.StatusChange => new StatusChangeEvent
            {
                DocumentId = id,
                From = new SignatureRequestStatus(parsed.GetValue(_from)),
                To = new SignatureRequestStatus(parsed.GetValue(_to)),
                ExtraProperties = extras,
            },
            EventNames.UserFinish => new UserFinishEvent
            {
                DocumentId = id,
                UserId = parsed.GetValue(_userId)!,
                FieldsSigned = parsed.GetValue(_fieldsSigned),
                ExtraProperties = extras,
            },
            EventNames.FieldSignedOrRejected => new FieldSignedOrRejectedEvent
            {
                DocumentId = id,
                FieldId = parsed.GetValue(_fieldId)!,
                FieldStatus = new FieldStatus(parsed.GetValue(_fieldStatus)),
                UserId = parsed.GetValue(_userId)!,
                ExtraProperties = extras,
            },
            EventNames.RenderReturn => new RenderReturnEvent
            {
                DocumentId = id,
                Status = new RenderStatus(parsed.GetValue(_status)),
                ExtraProperties = extras,
            },
            var name => new UnknownWebSoEvent(name) { DocumentId = id, ExtraProperties = extras },
        };
    }

    private static ExtraPropertyDictionary ReadExtras(string[] properties) => new(properties.Select(property =>
    {
        var split = property.IndexOf('=', StringComparison.Ordinal);
        if (split <= 0)
            throw new ArgumentException($"--property is '{property}'. Use name=value.");
        return new KeyValuePair<string, JsonElement>(property[..split], JsonElement.Parse($"\"{JsonEncodedText.Encode(property[(split + 1)..])}\""));
    }));
}
