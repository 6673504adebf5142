export { type ApiRoute, RegionalApi, type RegionalApiProps } from './regional-api';
