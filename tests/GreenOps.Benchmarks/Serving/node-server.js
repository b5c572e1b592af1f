// The Open Inference Protocol over node's http server and onnxruntime-node: JSON and binary tensor data, one model.
const http = require('http');
const ort = require('onnxruntime-node');

const [, , file, port] = process.argv;

async function main() {
  const session = await ort.InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const server = http.createServer((request, response) => {
    if (request.method === 'GET') {
      response.end('{"ready":true}');
      return;
    }

    const parts = [];
    request.on('data', part => parts.push(part));
    request.on('end', async () => {
      const body = Buffer.concat(parts);
      const length = request.headers['inference-header-content-length'];
      const json = JSON.parse(length === undefined ? body.toString() : body.toString('utf8', 0, Number(length)));
      let offset = Number(length);
      const feeds = {};
      for (const input of json.inputs) {
        let data;
        if (input.data) {
          data = Float32Array.from(input.data);
        } else {
          const size = input.parameters.binary_data_size;
          data = new Float32Array(new Uint8Array(body.subarray(offset, offset + size)).buffer);
          offset += size;
        }

        feeds[input.name] = new ort.Tensor('float32', data, input.shape);
      }

      const results = await session.run(feeds);
      const binary = json.parameters && json.parameters.binary_data_output;
      const tails = [];
      const outputs = Object.entries(results).map(([name, tensor]) => {
        const output = { name, datatype: 'FP32', shape: tensor.dims };
        if (binary) {
          const bytes = Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
          output.parameters = { binary_data_size: bytes.length };
          tails.push(bytes);
        } else {
          output.data = Array.from(tensor.data);
        }

        return output;
      });
      const head = Buffer.from(JSON.stringify({ model_name: 'bench', model_version: '1', outputs }));
      const answer = Buffer.concat([head, ...tails]);
      response.setHeader('Content-Type', binary ? 'application/octet-stream' : 'application/json');
      response.setHeader('Content-Length', answer.length);
      if (binary) {
        response.setHeader('Inference-Header-Content-Length', head.length);
      }

      response.end(answer);
    });
  });
  server.listen(Number(port), '127.0.0.1');
}

main();
