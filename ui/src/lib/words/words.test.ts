import { describe, expect, it } from 'vitest';
import type { EffectView, LifecycleView } from '../ipc/client';
import { effectStatus, requestStatus, versionStatus } from './status';
import { kindWord, tenantWord, tierWords, versionWord } from './subject';

describe('states in shape and word', () => {
  it.each<[Parameters<typeof requestStatus>, string, string]>([
    [['PENDING', 'open'], 'ring', 'Pending'],
    [['PENDING', 'withdrawn'], 'bar', 'Withdrawn'],
    [['PENDING', 'expired'], 'bar', 'Expired'],
    [['PENDING', 'superseded'], 'bar', 'Superseded'],
    [['APPROVED', 'decided'], 'tick', 'Approved'],
    [['REJECTED', 'decided'], 'cross', 'Rejected'],
  ])('%o', (given, shape, word) => expect(requestStatus(...given)).toMatchObject({ shape, word }));

  it.each<[EffectView, string]>([
    ['none', 'Not in force'],
    ['in_force', 'In force'],
    ['lapsed', 'Lapsed'],
    ['revoked', 'Revoked'],
    ['void', 'Void'],
  ])('effect %s is %s', (effect, word) => expect(effectStatus(effect).word).toBe(word));

  it('an approved version is told by its effect, any other by its request', () => {
    const life: LifecycleView = 'decided';
    expect(versionStatus('APPROVED', life, 'in_force').word).toBe('In force');
    expect(versionStatus('APPROVED', life, 'none').word).toBe('Approved');
    expect(versionStatus('REJECTED', life, 'none').word).toBe('Rejected');
  });

  it('names kinds, tiers and versions; a change has neither tier nor version', () => {
    expect([kindWord('model'), tierWords('high'), versionWord('7')]).toEqual(['Model', 'High tier', '@7']);
    expect([tierWords(null), versionWord('')]).toEqual(['', '']);
  });

  it('names the log of the workspace itself, and no tenant otherwise than by its id', () => {
    expect([tenantWord('_workspace'), tenantWord('retail-eu')]).toEqual(['Workspace', 'retail-eu']);
  });
});
