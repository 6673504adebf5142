export { junitFile, type TestCase, type TestSuite } from './junit-file';
export { renderJUnit } from './render-junit';
export { renderMarkdown } from './render-markdown';
export { type Expectation, tellStory } from './story';
export { withOutputs } from './with-outputs';
