namespace GreenOps.Trainer.Import;

/// <summary>A model's file, whole.</summary>
/// <param name="Bytes">Its content.</param>
/// <param name="Sha256">SHA-256 of it, lower-case hexadecimal.</param>
/// <param name="Folder">The folder that it lies in, where it may have weights beside it; null when it came over the network.</param>
internal sealed record FetchedModel(byte[] Bytes, string Sha256, string? Folder);
