export { availabilityOf, consistencyOf, type Expectation, lossOf, recoveryOf } from './expectations';
export { type ExperimentBounds, expectationsOfExperiment } from './experiment-expectations';
export { EXPERIMENT_RENDERINGS } from './experiment-renderings';
export { tellExperiment } from './experiment-story';
export { junitFile, type TestCase, type TestSuite } from './junit-file';
export { renderJUnit } from './render-junit';
export { renderMarkdown } from './render-markdown';
export { tellStory } from './story';
export { DRILL_RENDERINGS, type Renderings, withOutputs, writeOutputs } from './with-outputs';
