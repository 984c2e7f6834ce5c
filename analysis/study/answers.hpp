// SPDX-License-Identifier: MIT
#pragma once
#include "study/question.hpp"

/// The measures one by one; `measures()` lists them for users.
namespace study {

Table rates_table(const Question& q);
Table histogram_table(const Question& q);
Table psth_table(const Question& q);
Table intervals_table(const Question& q);
Table correlation_table(const Question& q);
Table cross_correlation_table(const Question& q);

Table spectrum_table(const Question& q);
Table multitaper_table(const Question& q);
Table band_table(const Question& q);
Table spectrogram_table(const Question& q);
Table csd_table(const Question& q);

Table coherence_table(const Question& q);
Table phase_locking_table(const Question& q);
Table triggered_table(const Question& q);
Table granger_table(const Question& q);
Table transfer_entropy_table(const Question& q);

}  // namespace study
