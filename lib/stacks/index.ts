export { Blueprint } from './blueprint';
