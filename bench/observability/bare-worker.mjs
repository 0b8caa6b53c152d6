// The built worker without its sampling: no figures at the ends of chunks, no observer of garbage collections. What both do is
// taken away here, because nothing in the product needs a switch for it.
import { PerformanceObserver } from 'node:perf_hooks';
import { WorkerGauges } from '../../dist/workers/worker-gauges.js';

PerformanceObserver.prototype.observe = () => undefined;
WorkerGauges.prototype.chunk = () => undefined;

const { default: handle } = await import('../../dist/workers/scan-worker.js');
export default handle;
