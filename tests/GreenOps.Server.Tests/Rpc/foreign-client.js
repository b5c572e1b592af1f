// Drives the server with gRPC's own client for Node.js: node foreign-client.js <proto> <host:port>; prints what came as JSON.
'use strict';

const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [proto, address] = process.argv.slice(2);
const definition = loader.loadSync(proto, { keepCase: true, longs: Number, defaults: true, oneofs: true });
const { inference } = grpc.loadPackageDefinition(definition);
const client = new inference.GRPCInferenceService(address, grpc.credentials.createInsecure());

const call = (name, request, options = {}) => new Promise(resolve =>
  client[name](request, options, (error, answer) => resolve(error ? { code: error.code, error: error.details } : answer)));

const image = (pixel, parameters = {}) => ({
  model_name: 'fashion', id: 'foreign', parameters,
  inputs: [{ name: 'image', datatype: 'FP32', shape: [1, 1, 28, 28], contents: { fp32_contents: Array(784).fill(pixel) } }],
});

function raw(pixel) {
  const data = Buffer.alloc(784 * 4);
  for (let index = 0; index < 784; index++) data.writeFloatLE(pixel, index * 4);
  const request = image(pixel);
  delete request.inputs[0].contents;
  return { ...request, raw_input_contents: [data] };
}

async function main() {
  const answer = await call('ModelInfer', raw(0.5));
  console.log(JSON.stringify({
    live: await call('ServerLive', {}),
    ready: await call('ServerReady', {}),
    modelReady: await call('ModelReady', { name: 'fashion' }),
    server: await call('ServerMetadata', {}),
    model: await call('ModelMetadata', { name: 'fashion' }),
    typed: await call('ModelInfer', image(0.5, { variant: { string_param: 'int8' } })),
    raw: { value: answer.raw_output_contents[0].readFloatLE(0), shape: answer.outputs[0].shape },
    classified: await call('ModelInfer', image(0.5, { classification: { int64_param: 1 } })),
    missing: await call('ModelInfer', { ...image(1), model_name: 'digits' }),
    wrong: await call('ModelInfer', { model_name: 'fashion' }),
    late: await call('ModelInfer', image(1), { deadline: 1 }),
    index: await call('RepositoryIndex', {}),
    unloaded: await call('RepositoryModelUnload', { model_name: 'fashion', parameters: { variant: { string_param: 'int8' } } }),
    loaded: await call('RepositoryModelLoad', { model_name: 'fashion', parameters: { variant: { string_param: 'int8' } } }),
  }));
  client.close();
}

main();
