/**
 * Code for expressions as values. (interface; the implementation follows in this file)
 */
import type { Label } from '../bytecode/program-builder';
import type { Expression } from '../resolve/ir';
import type { CodegenContext } from './context';

/** Code that leaves the value of `expression` in register `target`. */
export declare function codeExpression(ctx: CodegenContext, expression: Expression, target: number): void;

/** A register that holds the value: an existing one when there is one (do not write to it), else a temporary of the current mark. */
export declare function codeToRegister(ctx: CodegenContext, expression: Expression): number;

/** Values of a list in consecutive registers from `first`. */
export declare function codeExpressionList(ctx: CodegenContext, expressions: readonly Expression[], first: number): void;

/** Jumps to `target` when the condition is true; also when it is NULL if `jumpIfNull`. Falls through otherwise. */
export declare function jumpIfTrue(ctx: CodegenContext, condition: Expression, target: Label, jumpIfNull: boolean): void;

/** Jumps to `target` when the condition is false; also when it is NULL if `jumpIfNull`. */
export declare function jumpIfFalse(ctx: CodegenContext, condition: Expression, target: Label, jumpIfNull: boolean): void;
