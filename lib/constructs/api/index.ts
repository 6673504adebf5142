export { LiveAlias, type LiveAliasProps } from './live-alias';
export { type ApiRoute, RegionalApi, type RegionalApiProps } from './regional-api';
