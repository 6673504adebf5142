import { App } from 'aws-cdk-lib/core';
import { loadConfig, isZoned } from '../lib/config';
import { Blueprint } from '../lib/stacks';
const cpu=()=>{const u=process.cpuUsage();return ((u.user+u.system)/1e6).toFixed(2)};
if(process.env.V8) require('node:v8').setFlagsFromString(process.env.V8);
const marks:string[]=[`load ${cpu()}`];
const app = new App({ autoSynth: false, analyticsReporting: false, outdir: '/tmp/zzout', context: {...require('../cdk.json').context} });
const config = loadConfig(process.env.CFG);
if (isZoned(config)) new Blueprint(app, config);
marks.push(`construct ${cpu()}`);
if(!process.env.NOPACKS) require('../lib/stacks/rule-packs').addRulePacks(app);
marks.push(`packs ${cpu()}`);
try { app.synth(); } catch(e) { marks.push('threw') }
marks.push(`synth ${cpu()}`);
console.error('MARKS', marks.join(' | '));
if (process.env.MODS) { const fs=require('fs'); const m=Object.keys(require.cache).filter(f=>f.includes('node_modules')); const by:any={}; for(const f of m){const k=f.replace(/.*node_modules\//,'').split('/').slice(0, f.includes('aws-cdk-lib')?2:1).join('/'); by[k]??=[0,0]; by[k][0]++; by[k][1]+=fs.statSync(f).size;} console.log('TOTAL',m.length, Object.entries(by).sort((a:any,b:any)=>b[1][1]-a[1][1]).slice(0,45).map(([k,v]:any)=>`${k} ${v[0]} ${(v[1]/1024).toFixed(0)}k`).join('\n')); }
