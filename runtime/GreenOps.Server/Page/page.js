'use strict';

const $ = id => document.getElementById(id);
const pollMilliseconds = 2000;
const largestExample = 4096;
const imageNet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };
let metadata = null;
let page = null;
let image = null;

// ---- the server's metrics (Prometheus text format 0.0.4)

function parseMetrics(text) {
  const samples = [];
  for (const line of text.split('\n')) {
    const match = /^([a-z_]+)(?:\{(.*)\})? (\S+)/.exec(line);
    if (!match) continue;
    const labels = {};
    for (const label of (match[2] ?? '').matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)) labels[label[1]] = label[2];
    samples.push({ name: match[1], labels, value: match[3] === '+Inf' ? Infinity : Number(match[3]) });
  }
  return samples;
}

const sum = (samples, name, labels = {}) => samples
  .filter(sample => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
  .reduce((total, sample) => total + sample.value, 0);

const has = (samples, name, variant) => samples.some(sample => sample.name === name && sample.labels.variant === variant);

// The quantile of a histogram, as Prometheus' histogram_quantile reads it.
function quantile(samples, name, variant, share) {
  const buckets = samples
    .filter(sample => sample.name === `${name}_bucket` && sample.labels.variant === variant)
    .map(sample => ({ bound: sample.labels.le === '+Inf' ? Infinity : Number(sample.labels.le), count: sample.value }))
    .sort((left, right) => left.bound - right.bound);
  const all = buckets.at(-1)?.count ?? 0;
  if (all === 0) return null;
  const index = buckets.findIndex(bucket => bucket.count >= share * all);
  const { bound, count } = buckets[index];
  const before = buckets[index - 1] ?? { bound: 0, count: 0 };
  return bound === Infinity ? before.bound : before.bound + (bound - before.bound) * (share * all - before.count) / (count - before.count);
}

// ---- words for numbers

const seconds = value => value == null ? '' : value < 0.001 ? `${(value * 1e6).toFixed(0)} µs` : value < 1 ? `${(value * 1e3).toFixed(1)} ms` : `${value.toFixed(2)} s`;
const bytes = value => value == null ? '' : value < 1e6 ? `${(value / 1e3).toFixed(0)} kB` : `${(value / 1e6).toFixed(1)} MB`;
const joules = value => value < 1000 ? `${value.toFixed(1)} J` : `${(value / 1000).toFixed(2)} kJ`;
const grams = value => value < 1 ? `${(value * 1000).toFixed(2)} mg` : `${value.toFixed(2)} g`;
const percent = (value, digits = 1) => value == null ? '' : `${(100 * value).toFixed(digits)} %`;

function row(cells, className = '') {
  const line = document.createElement('tr');
  line.className = className;
  for (const cell of cells) {
    const place = document.createElement('td');
    if (cell instanceof Node) place.append(cell);
    else place.textContent = cell;
    line.append(place);
  }
  return line;
}

// ---- what is served

function showModel() {
  $('model').textContent = page.model ?? 'greenops-server';
  document.title = page.model ? `${page.model} · greenops-server` : 'greenops-server';
  $('about').textContent = [page.version && `version ${page.version}`, `greenops-server ${page.server}`, `ONNX Runtime ${page.runtime} on ${page.provider}`]
    .filter(Boolean).join(' · ');
  $('fault').hidden = !page.notReady;
  $('fault').textContent = page.notReady ?? '';
  const all = page.variants.reduce((total, variant) => total + variant.weight, 0);
  const parts = page.variants.filter(variant => variant.weight > 0);
  $('mix').replaceChildren(...parts.map((variant, index) => {
    const part = document.createElement('div');
    part.className = `c${index % 4}`;
    part.style.width = `${100 * variant.weight / all}%`;
    part.textContent = part.title = `${variant.name} ${variant.weight} %`;
    return part;
  }));
  $('mix').setAttribute('aria-label', parts.map(variant => `${variant.name} ${variant.weight} percent`).join(', '));
  const chosen = $('variant').value;
  const loaded = page.variants.filter(variant => variant.state === 'READY').map(variant => variant.name);
  if ([...$('variant').options].slice(1).map(option => option.value).join() !== loaded.join()) {
    $('variant').replaceChildren(new Option('by the mix', ''), ...loaded.map(name => new Option(name, name)));
    $('variant').value = loaded.includes(chosen) ? chosen : '';
  }
}

function showFigures(samples) {
  const duration = 'greenops_inference_duration_seconds';
  $('variants').tBodies[0].replaceChildren(...page.variants.map(variant => {
    const line = row([
      variant.state === 'READY' ? variant.name : `${variant.name} (${variant.state.toLowerCase()})`,
      `${variant.weight} %`,
      percent(variant.accuracy),
      bytes(variant.bytes),
      variant.latencyMicroseconds == null ? '' : seconds(variant.latencyMicroseconds / 1e6),
      variant.millijoules == null ? '' : variant.millijoules.toPrecision(3),
      sum(samples, 'greenops_inference_requests_total', { variant: variant.name, code: '200' }),
      seconds(quantile(samples, duration, variant.name, 0.5)),
      seconds(quantile(samples, duration, variant.name, 0.99)),
      has(samples, 'greenops_variant_energy_joules_total', variant.name) ? joules(sum(samples, 'greenops_variant_energy_joules_total', { variant: variant.name })) : '',
      has(samples, 'greenops_variant_emissions_grams_total', variant.name) ? grams(sum(samples, 'greenops_variant_emissions_grams_total', { variant: variant.name })) : '',
    ], variant.state === 'READY' ? '' : 'away');
    line.title = variant.reason || variant.artifact;
    return line;
  }));
  const requests = samples.filter(sample => sample.name === 'greenops_inference_requests_total');
  const energy = samples.find(sample => sample.name === 'greenops_energy_joules_total');
  const now = [
    ['busy', percent(sum(samples, 'greenops_inference_busy_ratio'), 0)],
    ['answered', sum(requests, 'greenops_inference_requests_total', { code: '200' })],
    ['refused', requests.filter(sample => sample.labels.code !== '200').reduce((total, sample) => total + sample.value, 0)],
    ['energy', energy ? `${joules(energy.value)} (${energy.labels.source})` : ''],
  ];
  if (samples.some(sample => sample.name === 'greenops_variant_emissions_grams_total')) now.push(['emissions', grams(sum(samples, 'greenops_variant_emissions_grams_total'))]);
  $('now').replaceChildren(...now.map(([name, value]) => {
    const pair = document.createElement('div');
    pair.append(Object.assign(document.createElement('dt'), { textContent: name }), Object.assign(document.createElement('dd'), { textContent: value }));
    return pair;
  }));
}

async function refresh() {
  try {
    const [state, metrics] = await Promise.all([fetch('page.json'), fetch('metrics', { headers: { Accept: 'text/plain' } })]);
    const version = page?.version;
    page = await state.json();
    showModel();
    showFigures(parseMetrics(await metrics.text()));
    if (page.model && (metadata === null || page.version !== version)) await prepareForm();
  } catch (error) {
    $('fault').hidden = false;
    $('fault').textContent = `The server does not answer: ${error.message}`;
  }
}

// ---- the form

// An input that a picture fits: one, two or three channels of rows and columns, channels first or last.
function imageLayout(inputs) {
  if (inputs.length !== 1 || !['FP32', 'FP64', 'FP16', 'UINT8'].includes(inputs[0].datatype)) return null;
  const size = inputs[0].shape.map(dimension => dimension < 0 ? null : dimension);
  const isChannel = dimension => dimension === 1 || dimension === 3;
  const pixels = dimension => dimension ?? 224;
  if (size.length === 4 && isChannel(size[1])) return { first: true, channels: size[1], height: pixels(size[2]), width: pixels(size[3]), shape: [1, size[1], pixels(size[2]), pixels(size[3])] };
  if (size.length === 4 && isChannel(size[3])) return { first: false, channels: size[3], height: pixels(size[1]), width: pixels(size[2]), shape: [1, pixels(size[1]), pixels(size[2]), size[3]] };
  return null;
}

const zero = datatype => datatype === 'BOOL' ? false : datatype === 'BYTES' ? '' : 0;

async function prepareForm() {
  metadata = await (await fetch(`v2/models/${encodeURIComponent(page.model)}`)).json();
  image = imageLayout(metadata.inputs);
  $('image-part').hidden = image === null;
  if (image) {
    $('preview').width = image.width;
    $('preview').height = image.height;
    if (metadata.inputs[0].datatype === 'UINT8') $('range').value = 'byte';
  }
  if ($('request').value === '') {
    $('request').value = JSON.stringify({
      inputs: metadata.inputs.map(input => {
        const shape = input.shape.map(dimension => dimension < 0 ? 1 : dimension);
        const count = shape.reduce((product, dimension) => product * dimension, 1);
        return { name: input.name, shape, datatype: input.datatype, data: count <= largestExample ? Array(count).fill(zero(input.datatype)) : [] };
      }),
    });
  }
}

function scaled(value, channel) {
  switch ($('range').value) {
    case 'byte': return value;
    case 'signed': return Number((value / 127.5 - 1).toFixed(6));
    case 'imagenet': return Number(((value / 255 - imageNet.mean[channel]) / imageNet.deviation[channel]).toFixed(6));
    default: return Number((value / 255).toFixed(6));
  }
}

// Resizes in the browser: the whole picture, stretched to what the model takes.
async function readImage() {
  const file = $('file').files[0];
  if (!file || !image) return;
  const picture = await createImageBitmap(file);
  const context = $('preview').getContext('2d', { willReadFrequently: true });
  context.imageSmoothingQuality = 'high';
  context.fillStyle = 'white';
  context.fillRect(0, 0, image.width, image.height);
  context.drawImage(picture, 0, 0, image.width, image.height);
  const view = context.getImageData(0, 0, image.width, image.height);
  if ($('invert').checked) {
    view.data.forEach((value, index) => { if (index % 4 !== 3) view.data[index] = 255 - value; });
    context.putImageData(view, 0, 0);
  }
  const pixel = (place, channel) => {
    const at = 4 * place;
    // Luma of ITU-R BT.601, for models that see no colours.
    return image.channels === 3 ? view.data[at + channel] : Math.round(0.299 * view.data[at] + 0.587 * view.data[at + 1] + 0.114 * view.data[at + 2]);
  };
  const data = [];
  const places = image.width * image.height;
  if (image.first) {
    for (let channel = 0; channel < image.channels; channel++) for (let place = 0; place < places; place++) data.push(scaled(pixel(place, channel), channel));
  } else {
    for (let place = 0; place < places; place++) for (let channel = 0; channel < image.channels; channel++) data.push(scaled(pixel(place, channel), channel));
  }
  const { name, datatype } = metadata.inputs[0];
  $('request').value = JSON.stringify({ inputs: [{ name, shape: image.shape, datatype, data }] });
}

function softmax(values) {
  const highest = Math.max(...values);
  const powers = values.map(value => Math.exp(value - highest));
  const total = powers.reduce((left, right) => left + right, 0);
  return powers.map(power => power / total);
}

// The classes of the first row of an output: shares as they are where they sum to one, else by softmax.
function showClasses(output) {
  const table = $('classes').tBodies[0];
  table.replaceChildren();
  if (!output || !output.datatype.startsWith('FP') || output.shape.length < 2) return null;
  const values = output.data.slice(0, output.shape.slice(1).reduce((product, dimension) => product * dimension, 1)).map(Number);
  if (values.length < 2) return null;
  const areShares = values.every(value => value >= 0 && value <= 1) && Math.abs(values.reduce((left, right) => left + right, 0) - 1) < 0.01;
  const shares = areShares ? values : softmax(values);
  const best = shares.map((share, index) => ({ share, index })).sort((left, right) => right.share - left.share).slice(0, 5);
  const name = index => page.classNames.length === values.length ? page.classNames[index] : `class ${index}`;
  for (const { share, index } of best) {
    const bar = Object.assign(document.createElement('meter'), { min: 0, max: 1, value: share });
    table.append(row([name(index), bar, percent(share)]));
  }
  return `${name(best[0].index)}, ${percent(best[0].share)}`;
}

async function infer(event) {
  event.preventDefault();
  const verdict = $('verdict');
  $('answer').hidden = false;
  verdict.className = '';
  try {
    const request = JSON.parse($('request').value);
    if ($('variant').value) request.parameters = { ...request.parameters, variant: $('variant').value };
    const started = performance.now();
    const response = await fetch(`v2/models/${encodeURIComponent(page.model)}/infer`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(request),
    });
    const answer = await response.json();
    const took = performance.now() - started;
    $('raw').textContent = JSON.stringify(answer, null, 1);
    if (!response.ok) throw new Error(answer.error);
    const best = showClasses(answer.outputs[0]);
    verdict.textContent = `${best ? `${best}, by` : 'Answered by'} ${answer.parameters.variant} in ${took.toFixed(1)} ms`;
    await refresh();
  } catch (error) {
    $('classes').tBodies[0].replaceChildren();
    verdict.className = 'wrong';
    verdict.textContent = error.message;
  }
}

$('try').addEventListener('submit', infer);
for (const id of ['file', 'range', 'invert']) $(id).addEventListener('change', readImage);
// A page that nobody looks at asks nothing.
setInterval(() => { if (!document.hidden) refresh(); }, pollMilliseconds);
refresh();
