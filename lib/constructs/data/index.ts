export { ReplicatedTable, type ReplicatedTableProps } from './replicated-table';
