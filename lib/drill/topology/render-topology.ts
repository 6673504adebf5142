import { numberConstant } from '../model/constants';
import { wrapText } from '../wrap-text';
import type {
  BucketReport,
  HealthCheckReport,
  NameReport,
  RecoveryPoint,
  RegionShares,
  TableReport,
  TopologyReport,
} from './topology-report';
