// Fetches runs from the archive and assembles each: fetch, fastp, an assembler, figures, and a folder that is handed over whole.
include { ASSEMBLE } from '../modules/assemble.nf'
include { FASTP } from '../modules/fastp.nf'
include { FETCH } from '../modules/fetch.nf'
include { HAND_OVER } from '../modules/hand_over.nf'
include { STATS } from '../modules/stats.nf'
include { runs_of } from '../modules/samplesheet.nf'

workflow {
    if (!params.input || !params.outdir) {
        error 'give --input samplesheet.csv and --outdir DIR (see pipelines/README.md)'
    }
    if (!(params.assembler in ['skesa', 'spades', 'megahit'])) {
        error "--assembler ${params.assembler}: it must be skesa, spades or megahit"
    }
    if (!(params.keep in ['reads', 'assembly', 'both'])) {
        error "--keep ${params.keep}: it must be reads, assembly or both"
    }
    def tools = files("${projectDir.parent}/bin/*.sh", checkIfExists: true)
    def ca_path = System.getenv('MICROFETCH_CA_FILE') ?: params.ca_file
    def ca_file = ca_path ? file(ca_path, checkIfExists: true) : []

    FETCH(channel.fromList(runs_of(file(params.input, checkIfExists: true))), tools, ca_file)
    FASTP(FETCH.out.reads, tools)
    ASSEMBLE(FASTP.out.reads, params.assembler, tools)
    STATS(ASSEMBLE.out.contigs.join(FASTP.out.counts), params.assembler, tools)

    // `join` leaves out the runs that failed on the way. Trimmed reads are spent by now, and so are the reads when only the assembly is kept.
    kept = FETCH.out.reads
        .join(FASTP.out.reads)
        .join(ASSEMBLE.out.contigs)
        .join(FASTP.out.stats)
        .join(STATS.out.stats)
        .join(FETCH.out.report)
        .join(FETCH.out.versions)
        .join(FASTP.out.versions)
        .join(ASSEMBLE.out.versions)
        .map { run, reads, trimmed, contigs, trim_stats, stats, report, fetch_version, trim_version, assembler_version ->
            [
                run,
                params.keep == 'assembly' ? [] : reads,
                params.keep == 'reads' ? [] : contigs,
                [trim_stats, stats].flatten(),
                report,
                [fetch_version, trim_version, assembler_version],
                [trimmed, params.keep == 'assembly' ? reads : []].flatten(),
            ]
        }
    HAND_OVER(kept, tools)
}
