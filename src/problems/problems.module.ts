import { Module } from '@nestjs/common';
import { ProblemsController } from './problems.controller.js';

/** The pages that explain errors. */
@Module({ controllers: [ProblemsController] })
export class ProblemsModule {}
