using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GreenOps.CrdGen;

/// <summary>Makes the end of a document implicit: <see cref="YamlDotNet.RepresentationModel.YamlStream"/> writes a closing <c>...</c> otherwise.</summary>
/// <param name="inner">Gets every event.</param>
internal sealed class NoDocumentEnd(IEmitter inner) : IEmitter
{
    /// <inheritdoc/>
    public void Emit(ParsingEvent @event) => inner.Emit(@event is DocumentEnd ? new DocumentEnd(isImplicit: true) : @event);
}
