import assert from 'node:assert/strict';
import { AgentError } from '../../agent/core/agent-error.ts';

/** For assert.rejects: RELOAD_FAILED with this message, and this hint. */
export function refusal(message: RegExp, hint?: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof AgentError);
    assert.equal(error.code, 'RELOAD_FAILED');
    assert.match(error.message, message);
    if (hint) assert.match(error.hint, hint);
    return true;
  };
}
