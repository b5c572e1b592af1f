namespace GreenOps.Hosting;

/// <summary>Subscribes a controller's queue to another kind, and names the informer that the controller must wait for.</summary>
internal delegate IInformer EnqueueSource(Action<ObjectKey> enqueue);
